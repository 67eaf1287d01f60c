@NullMarked
package dev.muster.controller.kubernetes.jobs;

import org.jspecify.annotations.NullMarked;
