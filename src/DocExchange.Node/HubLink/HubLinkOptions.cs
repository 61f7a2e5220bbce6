using System.ComponentModel.DataAnnotations;

namespace DocExchange.Node.HubLink;

/// <summary>How the node keeps its link to the hub. Section <c>HubLink</c> of settings.json.</summary>
internal sealed class HubLinkOptions
{
    /// <summary>Wait after the first failure; doubled after each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between two attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Statements sent and not yet answered.</summary>
    [Range(1, 10_000)]
    public int Window { get; set; } = 256;

    /// <summary>Entries of the mailbox written in one transaction.</summary>
    [Range(1, 10_000)]
    public int MailboxBatch { get; set; } = 200;

    /// <summary>For a single question to the hub.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CallDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The hub sends a checkpoint at least every 30 s; without any word for this long the link counts as broken.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A hub of whom nothing comes for so long is asked, and has as long again to answer: then the connection counts as dead.
    /// It must be longer than a packet may take that is lost and sent again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Between two checkpoints of the mailbox that are looked at while entries keep coming.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at the ledger's checkpoint.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan WitnessInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Range(1, 16)]
    public int ParallelUploads { get; set; } = 2;

    [Range(1, 16)]
    public int ParallelFetches { get; set; } = 2;

    /// <summary>Bytes of one piece of a package on its way to the hub.</summary>
    [Range(4 * 1024, 1024 * 1024)]
    public int ChunkSize { get; set; } = 256 * 1024;
}
