// Says whose pixel it is.
uniform float identity;
layout(location = 0) out float owner;
void main() { owner = identity / 255.0; }
