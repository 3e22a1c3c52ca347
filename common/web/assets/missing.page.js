// Nothing is here; the frame around it works all the same.
import "./frame.js";
