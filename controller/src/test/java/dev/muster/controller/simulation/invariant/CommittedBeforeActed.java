package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.state.PlacementRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** No rank begins on a host of which the disk does not know that its attempt holds it. */
public final class CommittedBeforeActed extends Invariant {

    private final Map<String, PlacementRecord> placements = new HashMap<>();

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        placements.put(placement.jobUid() + "/" + placement.attempt(), placement);
    }

    @Override
    public void ranksBegan(String host, StartRun order) {
        String attempt = order.jobUid() + "/" + order.epoch();
        PlacementRecord placement = placements.get(attempt);
        require(placement != null, () -> "ranks of " + attempt + " begin on " + host + ", and it is not stored");
        require(
                placement != null && (placement.runsOn(host) || placement.hasSpare(host)),
                () -> "ranks of " + attempt + " begin on " + host + ", which is none of its hosts");
    }
}
