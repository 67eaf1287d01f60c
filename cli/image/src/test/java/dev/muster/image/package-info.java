/** The image as a container runtime would take it: its configuration, its layers, and its programs in them. */
@NullMarked
package dev.muster.image;

import org.jspecify.annotations.NullMarked;
