"""Invented people and places. Any likeness to a real person is chance: given and family names are drawn apart."""


def _words(text: str) -> list[str]:
    return text.split()


GIVEN_FEMALE = _words(
    """Abbie Aisha Alice Amber Beth Bronwen Callie Carys Chloe Daisy Demi Eliza Ellie Erin Esme Faith Freya
Gemma Hallie Harriet Imogen Isla Jade Jodie Kayla Keira Leanne Lexi Lottie Maisie Mia Nadia Natasha Niamh Orla Paige
Phoebe Priya Roisin Rosie Saffron Scarlett Shania Skye Tamsin Tegan Tilly Tia Verity Willow Yasmin Zara"""
)

GIVEN_MALE = _words(
    """Aaron Adeel Aidan Alfie Archie Ashton Blake Bradley Brandon Callum Cameron Connor Corey Curtis Damian
Declan Dexter Dominic Elliot Ethan Finley Gareth Harvey Idris Imran Jaden Jake Jamal Jenson Jordan Kai Kian Kieran
Kyle Leon Lewis Liam Logan Marcus Mason Nathan Niall Ollie Owen Reece Rhys Riley Rohan Ryan Shay Tariq Toby Tyler Zak"""
)

GIVEN_OLDER = _words(
    """Alan Anita Barbara Brian Carol Christine Colin Denise Derek Diane Eileen Frank Geoffrey Gillian Hazel
Ian Janet Jean Keith Linda Malcolm Margaret Maureen Nigel Norma Pauline Ravi Roger Sandra Sheila Stuart Sunita Trevor
Valerie Vernon Wendy"""
)

FAMILY = _words(
    """Ablett Alderdene Ansty Arkwell Ashdale Bagshott Barlowe Beckside Birchall Blackmoor Bramwell Brindley
Broadhurst Brookfield Buxmere
Calderby Cartledge Chadburn Clayfield Copperwheat Cragdale Crosswick Dalebrook Danesby Derwentside
Dovecote Eastwell Eckersby Edgemoor Elvastone Fallowes Fenwright Flintham Foxbrook Garside Gilderdale Goytmere
Greaveson Hadfielde Hallowes Hartington-Poole Heathcote-Rowe Hollinsend Hopton Ingleby Ironville Jessopson Kedlestone
Kinderley Lathkill Linacre Longshaw Lumsdale Marplewood Matlocke Millward Monksdale Netherfold Newhall Oakerthorpe
Ogstone Osmaston Padleyson Parwiche Peverell Pilsleyson Quarndon Radbourne Ravensdale Ridgeway Roxley Sawmillson
Scarcliffe Shirebrooke Smalldale Spondon Stancliffe Stanedge Swarkestone Taddington Tansleyson Thornsett Tideswell
Tissingham Tranmoor Underhay Venables-Hay Wardlowe Wensleydale Whatstand Windley Wingerworthy Wirksby Woodseats
Wormhill Yeaveley Youlgrave"""
)

# district code → weight in the data, towns, and streets that are not there
DISTRICTS = {
    "derby": (26, ["Derby"]),
    "chesterfield": (14, ["Chesterfield", "Staveley"]),
    "amber_valley": (13, ["Alfreton", "Belper", "Heanor", "Ripley"]),
    "erewash": (13, ["Ilkeston", "Long Eaton"]),
    "high_peak": (10, ["Buxton", "Glossop", "New Mills"]),
    "bolsover": (8, ["Bolsover", "Shirebrook"]),
    "ne_derbyshire": (6, ["Clay Cross", "Dronfield"]),
    "south_derbyshire": (6, ["Swadlincote", "Melbourne"]),
    "derbyshire_dales": (4, ["Ashbourne", "Matlock", "Bakewell"]),
}

STREETS = """Quernstone Lane|Packhorse Rise|Larkfield Row|Tenterhook Street|Old Wagonway|Bobbinmill Road|Sheepwash Close
|Lampblack Yard|Goosegreen Avenue|Saltersway|Limekiln Terrace|Weirside|Curlew Drive|Ropemakers Walk|Foundry Steps
|Beehive Court|Ninetrees Road|Stonecutter Lane|Harebell Crescent|Winding Wheel Way""".replace("\n", "").split("|")

SHOPS = ["Penny Basket", "Corner Larder", "Hobb & Daughters", "Bramble Pharmacy", "Northgate Sports", "The Loaf Tin"]
COMMUNITIES = ["Residents of {street}", "Users of {town} bus station", "Users of the park at {street}"]

# how a host's name is made, by activity code
HOSTS = {
    "clean_up": [
        "Friends of {name} Park",
        "{name} Brook Wardens",
        "{name} Towpath Trust",
        "{name} Clean Streets Group",
    ],
    "repair": ["{name} Pavilion Committee", "{name} Bus Shelter Project", "{name} Bench Workshop"],
    "community_garden": ["{name} Community Garden", "{name} Allotment Society", "{name} Orchard"],
    "charity_shop": ["{name} Hospice Shop", "{name} Reuse Shop"],
    "foodbank": ["{name} Foodbank", "{name} Community Larder"],
    "other": ["{name} Village Hall", "{name} Animal Rescue"],
}  # fmt: skip
HOST_NAMES = """Acorn|Alderley|Beacon|Bluebell|Bridgeford|Cloverfield|Dovestone|Elmhurst|Fernside|Foxglove|Gorsefield
|Hawthorn|Heronbrook|Ivybank|Juniper|Kingfisher|Larchwood|Meadowgate|Nettlebed|Oxbow|Pinfold|Quarryside|Rowan|Sandpiper
|Teasel|Thistledown|Millrace|Woodpecker|Wrenfield|Yarrow""".replace("\n", "").split("|")

ROOMS = [
    "Cornmill Centre", "Lantern House", "Old Library Rooms", "Station Road Hub", "Wharfside Hall", "St Bride’s Rooms",
]  # fmt: skip
