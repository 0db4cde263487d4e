import "../page.css";
