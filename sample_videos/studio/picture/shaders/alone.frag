// All of a figure at one depth, nearer than what was drawn before: each pixel of it passes once.
uniform float slice;
void main() { gl_FragDepth = slice; }
