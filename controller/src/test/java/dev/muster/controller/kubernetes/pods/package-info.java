@NullMarked
package dev.muster.controller.kubernetes.pods;

import org.jspecify.annotations.NullMarked;
