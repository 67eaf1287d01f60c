/** Tests of the mapping between values and messages. */
@NullMarked
package dev.muster.controller.codec;

import org.jspecify.annotations.NullMarked;
