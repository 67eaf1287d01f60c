@NullMarked
package dev.muster.controller.kubernetes.api;

import org.jspecify.annotations.NullMarked;
