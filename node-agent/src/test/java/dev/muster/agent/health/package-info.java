/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.health;

import org.jspecify.annotations.NullMarked;
