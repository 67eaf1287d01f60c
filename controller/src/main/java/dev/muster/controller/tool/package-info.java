/** Programs beside the server, each a word of {@code muster-controller}: they need the controller's code, not a controller. */
@NullMarked
package dev.muster.controller.tool;

import org.jspecify.annotations.NullMarked;
