/** Who may decide: the one controller whose token every commit carries. */
@NullMarked
package dev.muster.controller.election;

import org.jspecify.annotations.NullMarked;
