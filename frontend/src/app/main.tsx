/** Mounts the application into the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("The page has no element #root to mount into.");
}
createRoot(root).render(
  <StrictMode>
    <h1>Entente</h1>
  </StrictMode>,
);
