/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.main;

import org.jspecify.annotations.NullMarked;
