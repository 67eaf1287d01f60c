@NullMarked
package dev.muster.controller.main;

import org.jspecify.annotations.NullMarked;
