package dev.muster.controller.kubernetes.pods;

import java.util.Optional;

/** By what extended resource a node gives its accelerators away. Called from any thread; never blocks. */
public interface AcceleratorResources {

    /** Such as {@code nvidia.com/gpu}; empty when it is not known what the node offers. */
    Optional<String> offeredBy(String host);
}
