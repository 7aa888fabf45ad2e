import { render } from "preact";
import { App } from "./app.tsx";
import { loadAbout } from "./actions/post.ts";
import "./style.css";

void loadAbout();

render(<App />, document.querySelector("#app")!);
