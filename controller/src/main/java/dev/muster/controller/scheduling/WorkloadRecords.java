package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records of jobs and attempts as the scheduler sees them. */
final class WorkloadRecords {

    private static final int SPARE_RANK = -1;

    private WorkloadRecords() {}

    /** Spares are a must for the first attempt only: a job that used them up goes on without. */
    static WaitingJob waiting(JobRecord job) {
        return WaitingJob.again(
                job.spec(),
                job.submittedAt(),
                job.status().held(),
                job.status().attempt() > 0,
                job.status().avoidHosts());
    }

    /** An attempt with everything that it holds. */
    static RunningJob running(JobRecord job, PlacementRecord placement) {
        ResourceVector perHost = job.spec().gang().perHost();
        List<PlacedPod> pods = new ArrayList<>(placement.hosts().size());
        for (HostAssignment part : placement.hosts()) {
            pods.add(new PlacedPod(part.nodeRank(), part.host(), perHost));
        }
        List<PlacedPod> spares = placement.spares().stream()
                .map(part -> new PlacedPod(SPARE_RANK, part.host(), perHost))
                .toList();
        return new RunningJob(
                waiting(job),
                pods,
                spares,
                placement.placedAt(),
                job.spec().walltime().map(placement.placedAt()::plus),
                Optional.empty());
    }

    /** A job on the hosts that the scheduler chose. Ranks are given out anew, without gaps. */
    static RunningJob running(JobRecord job, Placement placement, Instant now) {
        ResourceVector perHost = job.spec().gang().perHost();
        List<PlacedPod> pods = new ArrayList<>(placement.hosts().size());
        for (String host : placement.hosts()) {
            pods.add(new PlacedPod(pods.size(), host, perHost));
        }
        List<PlacedPod> spares = placement.spares().stream()
                .map(host -> new PlacedPod(SPARE_RANK, host, perHost))
                .toList();
        return new RunningJob(
                waiting(job), pods, spares, now, job.spec().walltime().map(now::plus), Optional.empty());
    }
}
