/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.process;

import org.jspecify.annotations.NullMarked;
