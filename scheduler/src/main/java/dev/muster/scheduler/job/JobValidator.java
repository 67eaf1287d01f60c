package dev.muster.scheduler.job;

import java.util.ArrayList;
import java.util.List;

/** Says what is wrong with a job in itself, whatever the cluster; the client and the server ask the same code. */
public final class JobValidator {

    private JobValidator() {}

    /** Every problem, in the order of the file; empty when the job is sound. */
    public static List<Violation> check(JobSpec job) {
        List<Violation> violations = new ArrayList<>();
        if (job.gang().hosts() < 1) {
            violations.add(
                    Violation.of("spec.gang.hosts", "is " + job.gang().hosts() + "; a gang has at least 1 host"));
        }
        return violations;
    }
}
