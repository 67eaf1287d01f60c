package dev.muster.controller.simulation.invariant;

import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** At rest, the controller remembers what the disk holds; only progress may be newer in memory. */
public final class ModelIsWhatIsStored extends Invariant {

    private final Map<String, JobRecord> jobs = new HashMap<>();
    private final Map<String, PlacementRecord> placements = new HashMap<>();

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        jobs.put(job.uid(), job);
    }

    @Override
    public void removed(JobRecord job) {
        jobs.remove(job.uid());
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        placements.put(placement.jobUid() + "/" + placement.attempt(), placement);
    }

    @Override
    public void atRest(ControllerCore controller) {
        int remembered = controller.model().jobs().size();
        require(remembered == jobs.size(), () -> remembered + " jobs are remembered, " + jobs.size() + " are stored");
        for (JobRecord job : controller.model().jobs()) {
            JobRecord stored = jobs.get(job.uid());
            require(
                    stored != null
                            && stored.phase() == job.phase()
                            && stored.status().held() == job.status().held()
                            && stored.status().attempt() == job.status().attempt()
                            && stored.status().restarts().equals(job.status().restarts())
                            && stored.status().avoidHosts().equals(job.status().avoidHosts()),
                    () -> job.key() + " is remembered as " + job.status() + " and stored as " + stored);
            controller.model().placementOf(job).ifPresent(placement -> {
                PlacementRecord kept = placements.get(placement.jobUid() + "/" + placement.attempt());
                require(
                        placement.equals(kept),
                        () -> "an attempt is remembered as " + placement + " and stored as " + kept);
            });
        }
    }
}
