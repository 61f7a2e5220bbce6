using System.CommandLine;
using DocExchange.Hub.Operations;

var root = new RootCommand("DocExchange 中心：收、转、存、证。 / The hub: takes in, routes, archives, proves.")
{
    HubVerbs.Init(),
    HubVerbs.Run(),
    HubVerbs.Rebuild(),
    HubVerbs.Audit(),
};

// The host itself hears SIGTERM and finishes what it acknowledged; without it the parser would cut that short.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
