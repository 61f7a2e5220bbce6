using System.CommandLine;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;

var root = new RootCommand("DocExchange 中心：收、转、存、证。 / The hub: takes in, routes, archives, proves.")
{
    HubVerbs.Init(),
    HubVerbs.Certify(),
    HubVerbs.Run(),
    HubVerbs.CreateAdmin(),
    HubVerbs.AddUsers(),
    HubVerbs.Rebuild(),
    HubVerbs.Audit(),
    TrailVerb.Make(),
};

return await HubVerbs.InvokeAsync(root, args);
