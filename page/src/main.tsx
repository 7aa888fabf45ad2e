import { render } from "preact";
import { App } from "./app.tsx";
import { loadAbout } from "./data/actions.ts";
import "./style.css";

void loadAbout();

render(<App />, document.querySelector("#app")!);
