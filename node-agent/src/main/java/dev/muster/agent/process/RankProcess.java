package dev.muster.agent.process;

import java.io.InputStream;

/** The first process of a rank. */
public interface RankProcess {
    boolean isAlive();

    /** 128 + signal where a signal ended it. Only after its end. */
    int exitCode();

    /** Standard output and error, merged. Ends when no process holds it open any more. */
    InputStream output();

    /** Its session, for finding the rest of the tree. */
    ProcessTree.SessionLeader leader();

    /** Lets go of the guard and the output. Only once nothing of the tree is left, else the guard kills it. */
    void release();
}
