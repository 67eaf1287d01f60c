/**
 * Domain values to protobuf messages and back, for the wire and for the store. Only this package and the gRPC services
 * see generated types; whatever comes in is checked here once, so that the core meets sound values only.
 */
@NullMarked
package dev.muster.controller.codec;

import org.jspecify.annotations.NullMarked;
