/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.config;

import org.jspecify.annotations.NullMarked;
