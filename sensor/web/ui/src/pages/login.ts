import { api, type Session } from "../api";
import { h } from "../dom";
import { logo } from "../shell";

export function loginPage(done: (session: Session) => void): HTMLElement {
  document.title = "Log in · telltale";
  const password = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true });
  const told = h("p", { class: "form-problem", role: "alert" });
  const enter = h("button", { class: "button primary", type: "submit" }, "Log in");
  const form = h(
    "form",
    { class: "login" },
    logo(),
    h("h1", {}, "telltale"),
    h("label", { for: "password" }, "Password"),
    password,
    told,
    enter,
    h(
      "p",
      { class: "quiet" },
      "Forgotten? Who runs the sensor sets a new one with ",
      h("code", {}, "telltale web passwd"),
      ".",
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter.disabled = true;
    told.textContent = "";
    api
      .logIn(password.value)
      .then(done)
      .catch((error: Error) => {
        told.textContent = error.message.charAt(0).toUpperCase() + error.message.slice(1);
        enter.disabled = false;
        password.select();
      });
  });
  window.setTimeout(() => password.focus(), 0);
  return h("main", { class: "login-page" }, form);
}
