// Puts the site's depth before the figures are drawn.
uniform sampler2D depth;
in vec2 at;
void main() { gl_FragDepth = texture(depth, at).r; }
