// The parts of ECharts that are used; all else is left out of the build.
import { BarChart, EffectScatterChart, LinesChart, ScatterChart } from "echarts/charts";
import { GeoComponent, GridComponent, TooltipComponent } from "echarts/components";
import { use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

export { init, registerMap } from "echarts/core";

use([
  BarChart,
  EffectScatterChart,
  LinesChart,
  ScatterChart,
  GeoComponent,
  GridComponent,
  TooltipComponent,
  CanvasRenderer,
]);
