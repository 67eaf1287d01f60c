/** Tools as operators run them. */
@NullMarked
package dev.muster.controller.tool;

import org.jspecify.annotations.NullMarked;
