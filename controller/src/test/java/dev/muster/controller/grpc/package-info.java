/** The services over real loopback connections, in front of a core made by hand. */
@NullMarked
package dev.muster.controller.grpc;

import org.jspecify.annotations.NullMarked;
