package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.state.NodeRecord;
import java.util.Optional;

/** By what extended resource a node gives its accelerators away. Called on the loop's thread; never blocks. */
public interface AcceleratorResources {

    /** Such as {@code nvidia.com/gpu}; empty when it is not known what the node offers. */
    Optional<String> offeredBy(NodeRecord node);
}
