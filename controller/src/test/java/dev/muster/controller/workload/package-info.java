@NullMarked
package dev.muster.controller.workload;

import org.jspecify.annotations.NullMarked;
