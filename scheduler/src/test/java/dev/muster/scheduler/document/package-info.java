/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.document;

import org.jspecify.annotations.NullMarked;
