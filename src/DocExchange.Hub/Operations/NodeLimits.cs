namespace DocExchange.Hub.Operations;

/// <summary>What one node may have under way here at the same time, so that none takes the place of the others.</summary>
internal sealed class NodeLimits(HubSettings settings)
{
    /// <summary>A node uses one or two; those it lost count until the keep-alive finds them.</summary>
    public const int MostConnections = 64;

    /// <summary>A node is set to 16 at most; those it lost count until the keep-alive finds them.</summary>
    public const int MostUploads = 32;

    /// <summary>Calls, by node.</summary>
    public Shares Calls { get; } = new(settings.MaxCallsOfNode);

    /// <summary>Uploads, by node.</summary>
    public Shares Uploads { get; } = new(MostUploads);

    /// <summary>Connections, by certificate.</summary>
    public Shares Connections { get; } = new(MostConnections);

    /// <summary>Places of several, of which each has as many as the others. Safe for concurrent use.</summary>
    internal sealed class Shares(int most)
    {
        private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

        public int Most => most;

        /// <returns>Disposed, it gives the place back, once; null where they are all taken.</returns>
        public IDisposable? TryTake(string whose)
        {
            lock (taken)
            {
                var before = taken.GetValueOrDefault(whose);
                if (before >= most)
                {
                    return null;
                }

                taken[whose] = before + 1;
                return new Place(this, whose);
            }
        }

        private void GiveBack(string whose)
        {
            lock (taken)
            {
                if (--taken[whose] == 0)
                {
                    taken.Remove(whose);
                }
            }
        }

        private sealed class Place(Shares shares, string whose) : IDisposable
        {
            private int isGivenBack;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref isGivenBack, 1) == 0)
                {
                    shares.GiveBack(whose);
                }
            }
        }
    }
}
