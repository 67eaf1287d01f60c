/** What a job asks for: values only, with the checks that say what is wrong with them. */
@NullMarked
package dev.muster.scheduler.job;

import org.jspecify.annotations.NullMarked;
