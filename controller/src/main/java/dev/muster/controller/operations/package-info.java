/** What callers may ask of the controller, in its own terms; transports translate to and from these. */
@NullMarked
package dev.muster.controller.operations;

import org.jspecify.annotations.NullMarked;
