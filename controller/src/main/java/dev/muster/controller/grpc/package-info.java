/**
 * The gRPC services: they translate, hand over to the core and answer when it has answered. Nothing here blocks, decides
 * or keeps state of its own beyond what is on its way to a client, and that has a bound.
 */
@NullMarked
package dev.muster.controller.grpc;

import org.jspecify.annotations.NullMarked;
