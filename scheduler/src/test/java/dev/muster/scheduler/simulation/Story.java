package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.job.Reading;
import java.util.List;

/** A scenario on two racks of two hosts with four GPUs each, put together step by step. */
record Story(String queues, String policy, String running, String events, long until) {

    static Story of() {
        return new Story("", "", "", "", 1_000);
    }

    Story queue(String fields) {
        return new Story(join(queues, "{" + fields + "}"), policy, running, events, until);
    }

    Story policy(String text) {
        return new Story(queues, text, running, events, until);
    }

    Story running(String job, String fields, String... hosts) {
        StringBuilder pods = new StringBuilder();
        for (String host : hosts) {
            pods.append(pods.isEmpty() ? "" : ",").append("{'host':'" + host + "','request':{'gpu':4}}");
        }
        String entry = "{'job':'" + job + "'," + fields + (fields.isEmpty() ? "" : ",") + "'pods':[" + pods + "]}";
        return new Story(queues, policy, join(running, entry), events, until);
    }

    /** A job with pods of four GPUs, which fill a host each. */
    Story submit(long at, String job, int pods, String fields) {
        String more = fields.isEmpty() ? "" : "," + fields;
        return event(at, "'submit':{'job':'" + job + "','pods':" + pods + ",'request':{'gpu':4}" + more + "}");
    }

    Story event(long at, String what) {
        return new Story(queues, policy, running, join(events, "{'at':" + at + "," + what + "}"), until);
    }

    Story until(long second) {
        return new Story(queues, policy, running, events, second);
    }

    private static String join(String all, String one) {
        return all.isEmpty() ? one : all + "," + one;
    }

    ScenarioOutcome run() {
        String hosts =
                "{'name':'a1','path':['a'],'capacity':{'gpu':4}},{'name':'a2','path':['a'],'capacity':{'gpu':4}},"
                        + "{'name':'b1','path':['b'],'capacity':{'gpu':4}},{'name':'b2','path':['b'],'capacity':{'gpu':4}}";
        String text = "{'id':'story','levels':['rack'],'hosts':[" + hosts + "],'queues':[" + queues + "],'policy':{"
                + policy + "},'running':[" + running + "],'events':[" + events + "],'until':" + until + "}";
        Reading<List<Scenario>> reading = ScenarioReader.read(text.replace('\'', '"'));
        assertThat(reading.violations()).isEmpty();
        return new ScenarioSimulator(() -> 0).run(reading.value().orElseThrow().get(0));
    }
}
