// Dark or light: as the system says, or as chosen here.
const KEY = "telltale.theme";
type Theme = "auto" | "light" | "dark";

export const THEMES = [
  { key: "auto", label: "System" },
  { key: "light", label: "Light" },
  { key: "dark", label: "Dark" },
] as const;

export function themeNow(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function applyTheme(theme: string): void {
  if (theme === "light" || theme === "dark") {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset["theme"] = theme;
  } else {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset["theme"];
  }
}
