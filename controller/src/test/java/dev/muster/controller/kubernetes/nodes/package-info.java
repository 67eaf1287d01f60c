@NullMarked
package dev.muster.controller.kubernetes.nodes;

import org.jspecify.annotations.NullMarked;
