@NullMarked
package dev.muster.controller.election;

import org.jspecify.annotations.NullMarked;
