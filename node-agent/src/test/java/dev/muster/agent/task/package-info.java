/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.task;

import org.jspecify.annotations.NullMarked;
