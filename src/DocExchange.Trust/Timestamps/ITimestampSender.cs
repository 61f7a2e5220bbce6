namespace DocExchange.Trust.Timestamps;

/// <summary>Carries a time-stamp request to an authority: over HTTP, over a socket, or to one in the same process.</summary>
public interface ITimestampSender
{
    /// <summary>What the authority answered, as it came; nothing is judged. Safe for concurrent use.</summary>
    /// <param name="request">An encoded TimeStampReq.</param>
    /// <param name="maxResponse">Larger answers are given up before they are held in memory, in bytes.</param>
    /// <param name="cancellation">Ends the wait, also when the authority takes too long.</param>
    /// <exception cref="IOException">The authority was not reached, or did not answer as its protocol demands.</exception>
    Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation);
}
