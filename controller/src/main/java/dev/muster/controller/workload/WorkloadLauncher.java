package dev.muster.controller.workload;

import dev.muster.controller.state.Effect.StopGang;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;

/**
 * Starts and stops gangs on a substrate. Called on the loop thread once the decision is durable; never blocks; each
 * call may come again after a restart and must then change nothing.
 */
public interface WorkloadLauncher {

    /** Hosts that cannot be reached now are told when they come back, for as long as the attempt is the job's latest. */
    void start(JobRecord job, PlacementRecord placement);

    void stop(JobRecord job, PlacementRecord placement, StopGang manner);

    /** The end of the attempt is stored; hosts may forget it. */
    void forget(PlacementRecord placement);

    /** Ends what one host still runs of an attempt that has no place any more. */
    void stop(String host, String jobUid, int epoch, String why);

    /** Lets one host forget an ended run. */
    void forget(String host, String jobUid, int epoch);
}
