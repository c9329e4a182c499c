"""The words the sample is made of.

Owns: New Zealand places, streets, names and food words, with macrons.
Never: a real business's name.
"""

from __future__ import annotations

CITIES = (
    ("Auckland", "1010"), ("Wellington", "6011"), ("Christchurch", "8011"), ("Hamilton", "3204"), ("Tauranga", "3110"),
    ("Dunedin", "9016"), ("Palmerston North", "4410"), ("Napier", "4110"), ("Whangārei", "0110"), ("Nelson", "7010"),
    ("Rotorua", "3010"), ("Invercargill", "9810"), ("Taupō", "3330"), ("Whanganui", "4500"), ("Timaru", "7910"),
)  # fmt: skip
STREETS = (
    "Colombo", "Queen", "Cuba", "Victoria", "George", "Devonport", "Papanui", "Ōpāwa", "Tōtara", "Rātā", "Kōwhai", "Great South",
    "St Asaph", "Mānuka", "Beach", "Dominion", "Princes", "High", "Church", "Riccarton", "Tutanekai", "Hāwea", "Station", "Bridge",
    "Albert", "Grey", "Main", "Marine", "Selwyn", "Hereford", "Ponsonby", "Karori", "Lambton", "Fergusson", "Heretaunga",
)  # fmt: skip
STREET_TYPES = ("Street", "Street", "Street", "Road", "Road", "Avenue", "Terrace", "Place", "Lane", "Drive", "Parade", "Crescent")
PLACES = (
    "Kauri", "Harbour", "Tūī", "Pōhutukawa", "Southern", "Golden", "Little", "Kererū", "Moana", "Awa", "Red Lantern", "Coastal",
    "Lucky", "Silver Fern", "Whānau", "Mānuka", "Rangi", "Bay", "Jade", "Old Mill", "Corner", "Northside", "Sunset", "Village",
    "Aroha", "Saffron", "Himalaya", "Mekong", "Napoli", "Anatolia", "Seoul", "Bombay", "Kiwi", "Pāua", "Kūmara", "Stonegate",
)  # fmt: skip
FOOD_WORDS = (
    "Kitchen", "Thai", "Sushi", "Pizza", "Noodle House", "Curry Pot", "Fish & Chips", "Burgers", "Bakery", "Café", "Grill", "Kebab",
    "Dumplings", "Ramen", "Tandoori", "Eatery", "Roast", "Pho", "Tacos", "Bistro", "Diner", "Charcoal Chicken", "Poke", "Souvlaki",
)  # fmt: skip
OWNER_WORDS = (
    "Holdings", "Enterprises", "Hospitality", "Group", "Investments", "Trading", "Foods", "Ventures", "Catering", "Brothers",
    "Management", "Partners", "Services", "Trustees", "International",
)  # fmt: skip
FIRST_NAMES = (
    "Aroha", "Hēmi", "Wiremu", "Mere", "Tāne", "Priya", "Raj", "Mei", "Wei", "Jin", "Sofia", "Marco", "Anahera", "Sione", "Lani",
    "Emma", "Jack", "Olivia", "Liam", "Nikau", "Ngaio", "Kiri", "Arjun", "Yuki", "Hana", "Tomasi", "Grace", "Noah", "Ruby", "Manu",
)  # fmt: skip
LAST_NAMES = (
    "Parata", "Ngata", "Singh", "Patel", "Chen", "Wang", "Kim", "Nguyen", "Rossi", "Tuilagi", "Brown", "Wilson", "Walker", "Taylor",
    "Kaur", "Sharma", "Li", "Tanaka", "Hēnare", "Pōtae", "Mākutu", "Fraser", "MacDonald", "Okeroa", "Fa'asavalu", "O'Connor",
)  # fmt: skip
CUISINES = (
    "Thai",
    "Indian, Curry",
    "Japanese, Sushi",
    "Pizza",
    "Burgers",
    "Chinese",
    "Vietnamese",
    "Turkish",
    "Fish and Chips",
    "Korean",
)
