package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.state.PlacementRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A host held as a spare runs nothing of its attempt, and is a spare of no other attempt of the job. */
public final class SparesNeverRunTwice extends Invariant {

    private final Map<String, Set<String>> heldFor = new HashMap<>();

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        before.ifPresent(earlier ->
                earlier.spares().forEach(spare -> heldFor(spare.host()).remove(attempt(earlier))));
        if (placement.endedAt().isPresent()) {
            return;
        }
        placement.spares().forEach(spare -> heldFor(spare.host()).add(attempt(placement)));
    }

    @Override
    public void transactionStored() {
        heldFor.forEach((host, attempts) -> {
            Set<String> jobs = new HashSet<>();
            attempts.forEach(attempt -> require(
                    jobs.add(attempt.substring(0, attempt.indexOf('/'))),
                    () -> host + " is a spare of two attempts of one job: " + attempts));
        });
    }

    @Override
    public void ranksBegan(String host, StartRun order) {
        String attempt = order.jobUid() + "/" + order.epoch();
        require(!heldFor(host).contains(attempt), () -> attempt + " begins on its spare " + host);
    }

    private Set<String> heldFor(String host) {
        return heldFor.computeIfAbsent(host, name -> new HashSet<>());
    }

    private static String attempt(PlacementRecord placement) {
        return placement.jobUid() + "/" + placement.attempt();
    }
}
