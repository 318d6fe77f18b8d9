// Puts the site's depth before the figures are drawn, a little nearer than it is if so wished.
uniform sampler2D depth;
uniform float nearer;
in vec2 at;
void main() { gl_FragDepth = texture(depth, at).r - nearer; }
